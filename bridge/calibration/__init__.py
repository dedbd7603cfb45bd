"""A person's own range: from their neutral face and their moves to a profile."""
