/** A model of the reusable workflow `token-gate.yml` for the proof: one job, one gate, and its outputs. */
export const GATE_WORKFLOW = `
on:
  workflow_call:
    inputs:
      api-url: {type: string}
      required-scopes: {type: string}
      expected-org-id: {type: string}
      tolerate: {type: string}
      timeout-seconds: {type: string}
      allow-insecure-http: {type: string}
      runs-on: {type: string}
    secrets:
      NOLAPSE_TOKEN: {required: false}
    outputs:
      valid: {value: '\${{ jobs.gate.outputs.valid }}'}
      reason: {value: '\${{ jobs.gate.outputs.reason }}'}
      org_id: {value: '\${{ jobs.gate.outputs.org_id }}'}
      scopes: {value: '\${{ jobs.gate.outputs.scopes }}'}
jobs:
  gate:
    runs-on: ubuntu-latest
    outputs:
      valid: \${{ steps.gate.outputs.valid }}
      reason: \${{ steps.gate.outputs.reason }}
      org_id: \${{ steps.gate.outputs.org_id }}
      scopes: \${{ steps.gate.outputs.scopes }}
    steps:
      - id: gate
        uses: nolapse/token-action@v1
        with:
          token: \${{ secrets.NOLAPSE_TOKEN }}
          required-scopes: \${{ inputs.required-scopes }}
          tolerate: \${{ inputs.tolerate }}
`
