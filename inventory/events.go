package inventory

import "time"

// StockReceived says that goods came in.
type StockReceived struct {
	Movement Movement `json:"movement"`
}

// EventName returns "inventory.received".
func (StockReceived) EventName() string { return "inventory.received" }

// StockAdjusted says that what lies at a place was corrected.
type StockAdjusted struct {
	Movement Movement `json:"movement"`
}

// EventName returns "inventory.adjusted".
func (StockAdjusted) EventName() string { return "inventory.adjusted" }

// StockHeld says that goods were promised to an owner.
type StockHeld struct {
	Owner string       `json:"owner"`
	Parts []Allocation `json:"parts"`
	// Until is the end of the promise; none if it is firm.
	Until time.Time `json:"until,omitzero"`
}

// EventName returns "inventory.held".
func (StockHeld) EventName() string { return "inventory.held" }

// StockReleased says that a promise was taken back.
type StockReleased struct {
	Owner  string       `json:"owner"`
	Parts  []Allocation `json:"parts"`
	Reason string       `json:"reason,omitempty"`
}

// EventName returns "inventory.released".
func (StockReleased) EventName() string { return "inventory.released" }

// StockCommitted says that promised goods have left.
type StockCommitted struct {
	Owner string       `json:"owner"`
	Parts []Allocation `json:"parts"`
}

// EventName returns "inventory.committed".
func (StockCommitted) EventName() string { return "inventory.committed" }

// StockExpired says that a promise lapsed.
type StockExpired struct {
	Owner string       `json:"owner"`
	Parts []Allocation `json:"parts"`
}

// EventName returns "inventory.expired".
func (StockExpired) EventName() string { return "inventory.expired" }

// LowStock says that what is available at a place fell to its threshold. It is
// decided on what was read: among buyers who cross the threshold at the same
// moment it may be announced more than once or not at all. Levels know.
type LowStock struct {
	SKU       string `json:"sku"`
	Location  string `json:"location"`
	Low       int    `json:"low"`
	Available int    `json:"available"`
}

// EventName returns "inventory.low".
func (LowStock) EventName() string { return "inventory.low" }

// OutOfStock says that nothing is available any more of a SKU at any place. It
// is decided as LowStock is.
type OutOfStock struct {
	SKU string `json:"sku"`
}

// EventName returns "inventory.out".
func (OutOfStock) EventName() string { return "inventory.out" }

// HoldDue is the timer of a promise with an end: whoever gets it calls Expire
// for the owner, which does nothing if the promise was kept meanwhile.
type HoldDue struct {
	Owner string `json:"owner"`
}

// EventName returns "inventory.hold_due".
func (HoldDue) EventName() string { return "inventory.hold_due" }
