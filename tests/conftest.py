"""What all tests share. (pytest puts this folder on the path, so that tests may import `pictures`.)"""
