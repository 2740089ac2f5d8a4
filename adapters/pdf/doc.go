// Package pdf draws shipping labels and packing slips as PDF, for shops that
// have no printer for ZPL.
//
//	printer, err := pdf.New(pdf.Config{Label: pdf.FourBySix})
//	post := flatrate.New(money.EUR(4_95))
//	post.Printer = printer
//
// A label has the carrier, both addresses, and the tracking number as a Code
// 128 barcode of lines, not of dots, so that it is as sharp as the printer. A
// packing slip shows what fulfillment.Fulfillment.Slip shows, on A4, on as many
// pages as it takes.
//
// The letters are those of the font. The Go fonts, which are built in, have
// Latin, Greek and Cyrillic ones; with Config.Regular and Config.Bold a host
// brings others, such as Chinese, Japanese or Korean. A text that cannot be
// shown as it is written is refused, with an Invalid error that names the field
// and the letter: no parcel leaves with boxes or question marks for a name.
// Scripts that run from right to left, or whose letters change with their
// neighbours, are always refused, whatever the font has, because letters would
// be set one by one and in the wrong order.
//
// The same text gives the same bytes: nothing in a document depends on the
// moment at which it is made.
package pdf
