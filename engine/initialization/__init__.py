"""Initialization (homework part 2): signals and gradients through depth, theory beside measurement.

- `spec`: what is probed; `schemes`: how weights are drawn; `activations`: f and f′.
- `quadrature`, `moments`: Gaussian moments of an activation, in closed form or by quadrature.
- `theory`: second moments and correlations through real widths; `chaos`: order, chaos, their edge.
- `probe`: the measurement, a generator of `results.Snapshot`; `live`: the same while σ is dragged.
- `verdict`, `derivation`: what it means, in words and in the steps of 2a to 2e.
- `compare_training`: the schemes trained briefly, side by side; `headless`: the command.

Layers count from 1; layer l has weights W (n_in, n_out), pre-activation z = a_in·W + b and
post-activation a = f(z). The last layer is the output and has no activation: there a = z.
"""
