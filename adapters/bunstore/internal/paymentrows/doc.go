// Package paymentrows keeps payments, their refunds, their log, and the inbox
// of providers' notices.
package paymentrows
