"""glTF 2.0 and VRM: what a character's file says, and files written for characters."""
