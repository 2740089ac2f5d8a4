package analytics

import (
	"time"

	"github.com/kontor-go/kontor/kernel/money"
)

// Collected: facts wait for the Sink. Whoever gets it calls Deliver. It is
// announced only where there is a Sink.
type Collected struct {
	// Facts is how many facts and actions came with it, at most.
	Facts int `json:"facts"`
}

// EventName returns "analytics.collected".
func (Collected) EventName() string { return "analytics.collected" }

// CostRecorded: somebody has said what a SKU costs.
type CostRecorded struct {
	SKU   string      `json:"sku"`
	Price money.Price `json:"price"`
	Since time.Time   `json:"since"`
}

// EventName returns "analytics.cost_recorded".
func (CostRecorded) EventName() string { return "analytics.cost_recorded" }

// Forgotten: a visitor is not to be recognised any more. Whoever has got facts
// from a Sink should forget the visitor too.
type Forgotten struct {
	Visitor string `json:"visitor"`
}

// EventName returns "analytics.forgotten".
func (Forgotten) EventName() string { return "analytics.forgotten" }
