"""One Label Studio server: its projects, tasks and files, and every fault as one line."""
