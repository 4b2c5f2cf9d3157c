// The way out of a page with nothing for whoever opened it.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

export function HomeButton() {
  return (
    <Button component={Link} to="/" mt="sm" variant="default">
      Go to the home page
    </Button>
  );
}
