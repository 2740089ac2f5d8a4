package catalog

import "github.com/kontor-go/kontor/kernel/fault"

// Errors of this room. Test for them with errors.Is.
var (
	// ErrNoProduct: no product with this id or slug. Its kind is NotFound.
	ErrNoProduct = fault.Missing("product")
	// ErrNoSKU: no variant with this SKU. Its kind is NotFound.
	ErrNoSKU = fault.Missing("sku")
	// ErrSlugTaken: another product has this slug. Its kind is Conflict.
	ErrSlugTaken = fault.New(fault.Conflict, "slug_taken", "Another product has this slug.")
	// ErrSKUTaken: another variant has this SKU. Its kind is Conflict.
	ErrSKUTaken = fault.New(fault.Conflict, "sku_taken", "Another variant has this SKU.")
)

// missing is ErrNoSKU with the SKU in its text.
func missing(sku string) error {
	e := *ErrNoSKU
	e.Text = "There is no SKU " + sku + "."
	return &e
}

// taken is ErrSKUTaken with the SKU in its text.
func taken(sku string) error {
	e := *ErrSKUTaken
	e.Text = "Another variant has the SKU " + sku + "."
	return &e
}
