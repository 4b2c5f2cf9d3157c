// An address for bytes that are at hand, for as long as something is drawn that needs it.
import { useEffect, useState } from "react";

/** undefined until there are bytes. */
export const useFileAddress = (bytes: Blob | undefined): string | undefined => {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (bytes === undefined) return undefined;
    const made = URL.createObjectURL(bytes);
    setAddress(made);
    return () => {
      URL.revokeObjectURL(made);
      setAddress(undefined);
    };
  }, [bytes]);
  return address;
};
