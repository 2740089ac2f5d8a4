// Package postal knows what an address must look like in each country.
//
// In Germany a postcode has five digits and stands before the town; in Japan it
// stands first and the recipient last; in Hong Kong there is none. Address is
// the form that holds them all. Check says which fields are missing or wrong by
// the rules of the address's country and returns the address tidied up. Label
// sets the lines as people there write them, and ParcelLabel as the post wants
// them on a parcel that may cross a border.
//
// The rules are those of Google's address metadata (see NOTICE), at the level of
// countries: which fields are needed, in which order they stand, what a
// postcode looks like. Whether a street exists is not known here.
package postal

//go:generate go run ./internal/gen
