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
	// ErrNoCategory: no category with this id or slug. Its kind is NotFound.
	ErrNoCategory = fault.Missing("category")
	// ErrRing: a category is to hang under itself. Its kind is Conflict.
	ErrRing = fault.New(fault.Conflict, "category_ring", "A category cannot hang under itself.")
	// ErrTooDeep: a category would hang deeper than MaxDepth. Its kind is
	// Conflict.
	ErrTooDeep = fault.New(fault.Conflict, "category_too_deep", "Categories may stand at most 12 above one another.")
	// ErrTooManyCategories: there are MaxCategories. Its kind is Conflict.
	ErrTooManyCategories = fault.New(fault.Conflict, "too_many_categories", "There are as many categories as a shop may have.")
	// ErrAttributeType: an attribute was defined with another type or scale. Its
	// kind is Conflict.
	ErrAttributeType = fault.New(fault.Conflict, "attribute_type", "The attribute was defined with another type or number of decimals.")
	// ErrTooManyAttributes: there would be more than MaxAttributes. Its kind is
	// Conflict.
	ErrTooManyAttributes = fault.New(fault.Conflict, "too_many_attributes", "There are as many attributes as a shop may have.")
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
