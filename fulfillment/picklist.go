package fulfillment

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/kontor-go/kontor/kernel/fault"
)

// Bins say where in a place things lie. It is called from many goroutines.
type Bins interface {
	// Bins returns the bin of each SKU at a place; a SKU without a bin may be
	// left out. Bins are walked in the order of their names.
	Bins(ctx context.Context, location string, skus []string) (map[string]string, error)
}

// BinsFunc adapts a function to Bins.
type BinsFunc func(ctx context.Context, location string, skus []string) (map[string]string, error)

// Bins calls f.
func (f BinsFunc) Bins(ctx context.Context, location string, skus []string) (map[string]string, error) {
	return f(ctx, location, skus)
}

// PickList is what has to be fetched at one place, in the order of the walk.
type PickList struct {
	Location string `json:"location"`
	Stops    []Stop `json:"stops"`
}

// Stop is where one SKU lies.
type Stop struct {
	Bin   string `json:"bin,omitempty"`
	SKU   string `json:"sku"`
	Title string `json:"title"`
	// Quantity is how many pieces are taken here in all.
	Quantity int `json:"quantity"`
	// Shares say for whom, in the order of the fulfillments.
	Shares []Share `json:"shares"`
}

// Share is what one fulfillment gets at a Stop.
type Share struct {
	Fulfillment ID     `json:"fulfillment"`
	Number      string `json:"number"`
	Quantity    int    `json:"quantity"`
}

// PickLists returns one list for each place of the fulfillments, of which there
// are 1 to MaxPage, sorted by place; within, by bin and SKU. Fulfillments that
// are neither allocated nor being picked are a *lifecycle.Forbidden.
func (s *Service) PickLists(ctx context.Context, fs ...ID) ([]PickList, error) {
	var c fault.Check
	c.Range("fulfillments", int64(len(fs)), 1, MaxPage)
	if err := c.Err("fulfillment.pick_lists"); err != nil {
		return nil, err
	}
	byPlace := map[string][]Fulfillment{}
	var places []string
	for i, of := range fs {
		if slices.Contains(fs[:i], of) {
			continue
		}
		f, err := s.reader.Fulfillment(ctx, of)
		if err != nil {
			return nil, err
		}
		if f.status != StatusPicking {
			if _, err := f.move(TriggerPick); err != nil {
				return nil, err
			}
		}
		if byPlace[f.Location] == nil {
			places = append(places, f.Location)
		}
		byPlace[f.Location] = append(byPlace[f.Location], f)
	}
	slices.Sort(places)
	out := make([]PickList, len(places))
	for i, where := range places {
		stops := gather(byPlace[where])
		if err := s.find(ctx, where, stops); err != nil {
			return nil, err
		}
		out[i] = PickList{Location: where, Stops: stops}
	}
	return out, nil
}

// gather adds up what fulfillments need of each SKU.
func gather(fs []Fulfillment) []Stop {
	var stops []Stop
	at := map[string]int{}
	for _, f := range fs {
		for _, l := range f.Lines {
			i, ok := at[l.SKU]
			if !ok {
				i = len(stops)
				at[l.SKU] = i
				stops = append(stops, Stop{SKU: l.SKU, Title: l.Title})
			}
			stops[i].Quantity += l.Quantity
			stops[i].Shares = append(stops[i].Shares, Share{Fulfillment: f.ID, Number: f.Number, Quantity: l.Quantity})
		}
	}
	return stops
}

// find fills in the bins and puts the stops into the order of the walk.
func (s *Service) find(ctx context.Context, where string, stops []Stop) error {
	if s.bins != nil {
		skus := make([]string, len(stops))
		for i, x := range stops {
			skus[i] = x.SKU
		}
		bins, err := s.bins.Bins(ctx, where, skus)
		if err != nil {
			return err
		}
		for i := range stops {
			stops[i].Bin = bins[stops[i].SKU]
		}
	}
	slices.SortFunc(stops, func(a, b Stop) int {
		return cmp.Or(strings.Compare(a.Bin, b.Bin), strings.Compare(a.SKU, b.SKU))
	})
	return nil
}
