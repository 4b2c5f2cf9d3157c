// Tells zod not to use `new Function`, which the page's Content-Security-Policy forbids; must be imported first.
import { z } from "zod";

z.config({ jitless: true });
