// A person as a small picture: their own, or the initials of their name on a colour that depends on the name only.
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useState } from "react";
import { peopleQuery } from "../../api/organization.ts";
import { pictureQuery } from "../../api/pictures.ts";
import { hue, initials } from "../../shape/words/avatar.ts";
import { useAccount } from "../account/use-session.ts";
import "./face.css";

export interface FaceProps {
  /** Of a member; others, and keys, have initials. */
  readonly id: string | null;
  readonly name: string;
  /** Of each side, in pixels. */
  readonly size?: number;
}

/** Of the picture of somebody in the organization. */
const usePictureTag = (id: string | null): string | null => {
  const own = useAccount()?.user;
  const isOwn = own?.id === id;
  const { data } = useQuery({
    ...peopleQuery,
    enabled: own !== undefined && own !== null && id !== null && !isOwn,
  });
  if (isOwn) return own?.picture ?? null;
  return data?.people.find((one) => one.id === id)?.picture ?? null;
};

/** Beside the name, which is read out: it says nothing more. */
export function Face({ id, name, size = 28 }: FaceProps) {
  const tag = usePictureTag(id);
  const [broken, setBroken] = useState<string>();
  const { data: picture } = useQuery({
    ...pictureQuery(id ?? "", tag ?? ""),
    enabled: id !== null && tag !== null,
  });
  const style = { "--hue": hue(name), "--face": `${size}px` } as CSSProperties;
  return (
    <span className="face" style={style} aria-hidden="true">
      {picture !== undefined && tag !== null && picture !== broken ? (
        <img src={picture} alt="" onError={() => setBroken(picture)} />
      ) : (
        initials(name)
      )}
    </span>
  );
}
