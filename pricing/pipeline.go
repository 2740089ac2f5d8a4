package pricing

// Step is one named part of the calculation.
type Step interface {
	// Name stands in the trace entries of the step. It is stable, for traces
	// are stored.
	Name() string
	// Apply does the work on the sheet. It must depend on nothing but the
	// sheet, and is called from many goroutines, each with a sheet of its own.
	// Its error ends the calculation and is returned as it is.
	Apply(s *Sheet) error
}

// StepFunc makes a Step of a function.
type StepFunc struct {
	// Title is the name of the step.
	Title string
	// Do is called by Apply.
	Do func(s *Sheet) error
}

// Name returns the title.
func (f StepFunc) Name() string { return f.Title }

// Apply calls Do.
func (f StepFunc) Apply(s *Sheet) error { return f.Do(s) }

// Pipeline is a sequence of steps.
type Pipeline []Step

// The names of the standard steps.
const (
	StepPrices    = "prices"
	StepCharges   = "charges"
	StepDiscounts = "discounts"
	StepTaxes     = "taxes"
	StepTotal     = "total"
)

// Standard returns the steps that Compute runs.
func Standard() Pipeline {
	return Pipeline{pricesStep, chargesStep, discountsStep, taxesStep, totalStep}
}

// standard is a step of this package.
type standard uint8

const (
	pricesStep standard = iota
	chargesStep
	discountsStep
	taxesStep
	totalStep
)

// Name returns the name of the step.
func (n standard) Name() string {
	switch n {
	case pricesStep:
		return StepPrices
	case chargesStep:
		return StepCharges
	case discountsStep:
		return StepDiscounts
	case taxesStep:
		return StepTaxes
	case totalStep:
		return StepTotal
	}
	return ""
}

// Apply runs the step.
func (n standard) Apply(s *Sheet) error {
	switch n {
	case pricesStep:
		return prices(s)
	case chargesStep:
		return charges(s)
	case discountsStep:
		return discounts(s)
	case taxesStep:
		return taxes(s)
	case totalStep:
		return total(s)
	}
	return nil
}

// Before returns a copy of p with step put before the one with the given name,
// or at the end if there is none.
func (p Pipeline) Before(name string, step Step) Pipeline {
	out := make(Pipeline, 0, len(p)+1)
	placed := false
	for _, have := range p {
		if have.Name() == name && !placed {
			out = append(out, step)
			placed = true
		}
		out = append(out, have)
	}
	if !placed {
		out = append(out, step)
	}
	return out
}

// Compute prices in with the standard pipeline. See Pipeline.Compute.
func Compute(in Input) (Quote, error) { return Standard().Compute(in) }

// Compute prices in. It keeps nothing of the input and changes nothing in it.
//
// Errors: Invalid naming the fields for an input that makes no sense;
// money.ErrCurrency naming the fields for an amount that is not in the
// currency of the input; money.ErrOverflow for figures beyond money.Limit;
// and whatever a step of the host returns.
func (p Pipeline) Compute(in Input) (Quote, error) {
	s, err := newSheet(&in)
	if err != nil {
		return Quote{}, err
	}
	s.trace.steps = make([]string, 0, len(p))
	for _, step := range p {
		s.begin(step.Name())
		if err := step.Apply(s); err != nil {
			return Quote{}, err
		}
	}
	return s.quote()
}
