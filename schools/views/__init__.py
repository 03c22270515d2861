"""The edge: read the request, make one domain call, answer."""
