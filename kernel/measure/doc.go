// Package measure holds weights and sizes as exact whole numbers.
//
// A Weight counts milligrams and a Length counts tenths of a millimetre, so an
// inch is exactly 254 and sums are exact. Pounds and ounces are no whole number
// of milligrams; they are rounded once, half up, when they are read. For a
// carrier that wants another unit, In rounds to the nearest and Ceil rounds up,
// as carriers do when they charge per started ounce.
//
// People and JSON write "1.5 kg", "12 oz", "300 mm", "11 in". Weights and
// lengths of things are never negative.
package measure
