// Where an organization's blobs lie: the default one's where they were before there were others, those of others in a folder each.
import {
  defaultOrganization,
  type OrganizationId,
  readOrganizationId,
} from "#services/domain/ids.ts";

/** Begins the names of organizations' folders: no prefix of a blob begins so. */
export const FOLDER = "org_";

/** What stands before the keys of an organization's blobs. */
export const organizationFolder = (organization: OrganizationId): string =>
  organization === defaultOrganization ? "" : `${organization}/`;

/** Whose the blob with this key is, and the key that its organization knows it by. */
export const ownerOfBlob = (
  key: string,
): { readonly organization: OrganizationId; readonly key: string } => {
  const [first = "", ...rest] = key.split("/");
  const organization = first.startsWith(FOLDER) ? readOrganizationId(first) : undefined;
  return organization === undefined
    ? { organization: defaultOrganization, key }
    : { organization, key: rest.join("/") };
};
