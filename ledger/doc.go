// Package ledger keeps the books of the shop: double entry, append-only.
//
// Whenever money is owed, paid or given back, the room that knows why writes an
// Entry: two postings or more that add up to nothing in every currency. What
// the buyer owes for an order of 119.00 with 19.00 of tax reads
//
//	receivable   119.00
//	sales       -100.00
//	tax          -19.00
//
// A debit is positive, a credit negative, so the balance of an account is the
// plain sum of its postings, and the sum of all accounts is always zero. An
// entry is never changed and never deleted; what was wrong is made good by its
// reverse (Entry.Reverse), which is one more entry.
//
// Every entry has a subject: the text of the id of what it is about, mostly an
// order. The ledger knows nothing else about it.
package ledger
