"""What the tests share: images, a fake graph, a real service, and calls of the API."""
