"""Pictures of trends, drawn by a child process."""
