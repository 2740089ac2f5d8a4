package promotion

// Created says that a promotion was written.
type Created struct {
	Promotion ID     `json:"promotion"`
	Title     string `json:"title"`
}

// EventName returns "promotion.created".
func (Created) EventName() string { return "promotion.created" }

// Updated says that a promotion got other terms.
type Updated struct {
	Promotion ID     `json:"promotion"`
	Title     string `json:"title"`
}

// EventName returns "promotion.updated".
func (Updated) EventName() string { return "promotion.updated" }

// Moved says that a promotion was activated, deactivated or ended.
type Moved struct {
	Promotion ID     `json:"promotion"`
	Title     string `json:"title"`
	State     State  `json:"state"`
}

// EventName returns "promotion.moved".
func (Moved) EventName() string { return "promotion.moved" }

// CodesAdded says that a promotion got more codes. It does not tell them.
type CodesAdded struct {
	Promotion ID  `json:"promotion"`
	Count     int `json:"count"`
}

// EventName returns "promotion.codes_added".
func (CodesAdded) EventName() string { return "promotion.codes_added" }

// Redeemed says that an order has used a promotion.
type Redeemed struct {
	Promotion ID     `json:"promotion"`
	Order     string `json:"order"`
	Code      string `json:"code,omitempty"`
	Buyer     string `json:"buyer,omitempty"`
}

// EventName returns "promotion.redeemed".
func (Redeemed) EventName() string { return "promotion.redeemed" }

// GivenBack says that the use of a promotion by an order counts no more.
type GivenBack struct {
	Promotion ID     `json:"promotion"`
	Order     string `json:"order"`
	Code      string `json:"code,omitempty"`
	Buyer     string `json:"buyer,omitempty"`
}

// EventName returns "promotion.given_back".
func (GivenBack) EventName() string { return "promotion.given_back" }
