// Tells zod not to compile its checks with `new Function`, which the page's policy forbids; must be imported first.
import { z } from "zod";

z.config({ jitless: true });
