"""The command line `visage`: photos from files to files, and what an operator needs beside `serve`."""
