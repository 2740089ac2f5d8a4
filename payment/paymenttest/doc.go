// Package paymenttest is for those who write payment providers, and for those
// who test what stands on them.
//
// Run is the suite that every provider passes: each promise of the comments of
// payment.Provider and its powers is a test, and what a provider has no power
// for is skipped. Scripted is a provider in memory that keeps true books and
// lies as its script says: a call may work and its answer be lost, a request
// may vanish, a notice may come before the answer, twice, or never. A test
// compares the books with what the shop believes.
package paymenttest
