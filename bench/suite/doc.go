// Package suite is the benchmarks: what is measured, against which floor, and
// what is required of it.
package suite
