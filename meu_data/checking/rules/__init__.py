"""Rules: what is looked at in a row, its pictures, its file and across rows; functions that tell what is wrong."""
