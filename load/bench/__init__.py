"""The benchmark: the official pipeline beside ours, in process and over HTTP, with goals that are held."""
