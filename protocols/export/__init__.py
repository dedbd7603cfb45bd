"""File formats that takes are traded in: values in, text or bytes out."""
