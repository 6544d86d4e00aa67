"""The exported web page as a second Serve application at /."""
