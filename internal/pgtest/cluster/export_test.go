package cluster

// Find is Binaries with the places to look in given.
func Find(path string, globs []string) (string, error) { return binaries(path, globs) }
