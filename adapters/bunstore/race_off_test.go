//go:build !race

package bunstore_test

// raced says that the race detector is on.
const raced = false
