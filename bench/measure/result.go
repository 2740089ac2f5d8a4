package measure

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"text/tabwriter"
)

// Result is one line of the table and of results.jsonl. What was not measured
// is zero.
type Result struct {
	Name     string  `json:"name"`
	Backend  string  `json:"backend"`
	Clients  int     `json:"clients"`
	Ops      float64 `json:"ops_per_s"`
	FloorOps float64 `json:"floor_ops_per_s"`
	Ratio    float64 `json:"ratio"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Trips    float64 `json:"trips"`
	Allocs   float64 `json:"allocs"`
	FloorP99 float64 `json:"floor_p99_ms"`
	// CPU is processor time for each operation, of this process and the server.
	CPU      float64 `json:"cpu_us"`
	FloorCPU float64 `json:"floor_cpu_us"`
	// Note says what a figure is, where the name does not.
	Note string `json:"note,omitempty"`
	// Demands are what is required of the line.
	Demands []Demand `json:"demands,omitempty"`
}

// Demand is one requirement.
type Demand struct {
	Text string `json:"text"`
	Met  bool   `json:"met"`
}

// From fills a result from a duel.
func (r Result) From(s Score) Result {
	r.Ops, r.FloorOps, r.Ratio = s.Engine.Rate, s.Floor.Rate, s.Ratio
	r.P50, r.P99, r.FloorP99, r.Allocs = s.Engine.P50, s.Engine.P99, s.Floor.P99, s.Engine.Allocs
	r.CPU, r.FloorCPU = s.Engine.CPU, s.Floor.CPU
	return r
}

// AtLeast demands a ratio.
func (r Result) AtLeast(ratio float64) Result {
	return r.Demand(r.Ratio >= ratio, "ratio >= %g", ratio)
}

// Demand adds a requirement.
func (r Result) Demand(met bool, format string, args ...any) Result {
	r.Demands = append(r.Demands, Demand{Text: fmt.Sprintf(format, args...), Met: met})
	return r
}

// Met reports whether all that is required holds.
func (r Result) Met() bool {
	for _, d := range r.Demands {
		if !d.Met {
			return false
		}
	}
	return true
}

// Table prints results.
func Table(w io.Writer, results []Result) error {
	t := tabwriter.NewWriter(w, 2, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(t, "name\tbackend\tclients\tops/s\tfloor\tratio\tp50 ms\tp99 ms\tfloor p99\ttrips\tallocs\tcpu us\tfloor cpu\t  required\t")
	for _, r := range results {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t  %s\t\n", r.Name, r.Backend, figure(float64(r.Clients)),
			figure(r.Ops), figure(r.FloorOps), figure(r.Ratio), figure(r.P50), figure(r.P99), figure(r.FloorP99), figure(r.Trips),
			figure(r.Allocs), figure(r.CPU), figure(r.FloorCPU), r.verdict())
	}
	return t.Flush()
}

func (r Result) verdict() string {
	parts := make([]string, 0, len(r.Demands)+1)
	for _, d := range r.Demands {
		word := "met"
		if !d.Met {
			word = "MISSED"
		}
		parts = append(parts, d.Text+": "+word)
	}
	if r.Note != "" {
		parts = append(parts, r.Note)
	}
	return strings.Join(parts, "; ")
}

// figure prints three significant digits, and nothing for zero.
func figure(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return ""
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	case a >= 0.1:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

// Append adds results to a file of JSON lines.
func Append(path string, results []Result) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // results are for everybody
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	enc := json.NewEncoder(f)
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
