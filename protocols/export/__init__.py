"""File formats for exchanging takes with other programs: values in, text or bytes
out."""
