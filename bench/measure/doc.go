// Package measure runs an engine and its floor in turns and says how far apart
// they are.
//
// A Side is a program under load. Duel gives both sides slices of time in
// random order, round after round in one process, so that whatever else the
// machine does meets both alike. The ratio is the median of the rounds; rates
// and latencies are medians over slices. Ratios are what counts: rates belong
// to the machine.
package measure
