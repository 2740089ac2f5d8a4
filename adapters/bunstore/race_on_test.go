//go:build race

package bunstore_test

// raced says that the race detector is on. It makes SQLite, which is Go here,
// ten times slower, so that what is exhaustive elsewhere is sampled.
const raced = true
