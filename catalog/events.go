package catalog

// ProductCreated says that a product was added.
type ProductCreated struct {
	ProductID ID       `json:"product_id"`
	Slug      string   `json:"slug"`
	Title     string   `json:"title"`
	Status    Status   `json:"status"`
	SKUs      []string `json:"skus"`
}

// EventName returns "catalog.product_created".
func (ProductCreated) EventName() string { return "catalog.product_created" }

// ProductUpdated says that a product, or what variants it has, was changed.
type ProductUpdated struct {
	ProductID ID     `json:"product_id"`
	Slug      string `json:"slug"`
	Title     string `json:"title"`
	Status    Status `json:"status"`
	// SKUs are the variants that were added or changed.
	SKUs []string `json:"skus,omitempty"`
}

// EventName returns "catalog.product_updated".
func (ProductUpdated) EventName() string { return "catalog.product_updated" }

// ProductPublished says that a product is sold from now on.
type ProductPublished struct {
	ProductID ID     `json:"product_id"`
	Slug      string `json:"slug"`
}

// EventName returns "catalog.product_published".
func (ProductPublished) EventName() string { return "catalog.product_published" }

// ProductWithdrawn says that a product is not sold for the time being.
type ProductWithdrawn struct {
	ProductID ID     `json:"product_id"`
	Slug      string `json:"slug"`
}

// EventName returns "catalog.product_withdrawn".
func (ProductWithdrawn) EventName() string { return "catalog.product_withdrawn" }

// ProductArchived says that a product is not sold any more.
type ProductArchived struct {
	ProductID ID     `json:"product_id"`
	Slug      string `json:"slug"`
}

// EventName returns "catalog.product_archived".
func (ProductArchived) EventName() string { return "catalog.product_archived" }

// PricesChanged says what the SKUs of a product cost from now on.
type PricesChanged struct {
	ProductID ID `json:"product_id"`
	// Set are prices that are new or changed, Dropped those that are gone.
	Set     []Price `json:"set,omitempty"`
	Dropped []Price `json:"dropped,omitempty"`
}

// EventName returns "catalog.prices_changed".
func (PricesChanged) EventName() string { return "catalog.prices_changed" }

// CategoryCreated says that a category was added.
type CategoryCreated struct {
	CategoryID CategoryID `json:"category_id"`
	Slug       string     `json:"slug"`
	Title      string     `json:"title"`
	// Parent is the category above; it is left out at the top.
	Parent CategoryID `json:"parent,omitzero"`
}

// EventName returns "catalog.category_created".
func (CategoryCreated) EventName() string { return "catalog.category_created" }

// CategoryUpdated says that a category says something else.
type CategoryUpdated struct {
	CategoryID CategoryID `json:"category_id"`
	Slug       string     `json:"slug"`
	Title      string     `json:"title"`
	Position   int        `json:"position"`
	Featured   bool       `json:"featured"`
}

// EventName returns "catalog.category_updated".
func (CategoryUpdated) EventName() string { return "catalog.category_updated" }

// CategoryMoved says that a category hangs somewhere else, with all that is
// under it.
type CategoryMoved struct {
	CategoryID CategoryID `json:"category_id"`
	Slug       string     `json:"slug"`
	// Parent is the category above; it is left out at the top.
	Parent   CategoryID `json:"parent,omitzero"`
	Position int        `json:"position"`
}

// EventName returns "catalog.category_moved".
func (CategoryMoved) EventName() string { return "catalog.category_moved" }

// AttributeDefined says that an attribute was added or changed. Its subject is
// "attribute" and the code.
type AttributeDefined struct {
	Attribute Attribute `json:"attribute"`
}

// EventName returns "catalog.attribute_defined".
func (AttributeDefined) EventName() string { return "catalog.attribute_defined" }

// ProductPresented says how a product is shown from now on.
type ProductPresented struct {
	ProductID    ID           `json:"product_id"`
	Slug         string       `json:"slug"`
	Presentation Presentation `json:"presentation"`
}

// EventName returns "catalog.product_presented".
func (ProductPresented) EventName() string { return "catalog.product_presented" }
