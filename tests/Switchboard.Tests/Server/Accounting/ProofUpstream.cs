using System.Globalization;
using Switchboard.Gateway.Accounting;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Time;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Server.Accounting;

/// <summary>What the upstream charges for a call, by the last deployment of it that was asked.</summary>
internal sealed record ProofCharge(string Provider, string Deployment, int Prompt, int Cached, int Completion, int Reasoning, long Cost, LedgerOutcome Outcome, bool IsEstimated);

/// <summary>The upstream of the proof: it answers each call as its fate wants, and keeps an account of its own.</summary>
internal sealed class ProofUpstream(int calls)
{
    // In nano-dollars a token: of the prompt, of the part of it that was cached, of the answer. Some are no whole number.
    private static readonly Dictionary<string, (decimal Input, decimal Cached, decimal Output)> s_prices = new()
    {
        ["s1"] = (150, 75, 600),
        ["s2"] = (112.5m, 56.25m, 450.1m),
        ["l1"] = (2_500, 1_250, 10_000),
        ["l2"] = (3_000.3m, 1_500.15m, 12_000.7m),
        ["v1"] = (20, 10, 0),
        ["v2"] = (13.5m, 6.75m, 0),
        ["q1"] = (1_000_000, 1_000_000, 1_000_000),
        ["q2"] = (333.3m, 111.1m, 666.6m),
    };

    private readonly int[] _attempts = new int[calls];
    private readonly ProofCharge?[] _charges = new ProofCharge?[calls];
    private readonly TaskCompletionSource[] _arrivals = [.. Enumerable.Range(0, calls).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

    /// <summary>The prices as the gateway reads them, in dollars for a million tokens.</summary>
    public static string Facts
    {
        get
        {
            return """{"providers":{"up":{""" + Of("1") + """},"other":{""" + Of("2") + "}}}";

            static string Of(string end) => string.Join(',', s_prices.Where(price => price.Key.EndsWith(end, StringComparison.Ordinal)).Select(price => string.Create(
                CultureInfo.InvariantCulture,
                $$$"""
                "{{{price.Key}}}":{"prices":{"input":{{{price.Value.Input / 1000}}},"cached_input":{{{price.Value.Cached / 1000}}},"output":{{{price.Value.Output / 1000}}} } }
                """)));
        }
    }

    /// <summary>How often a call was asked.</summary>
    public int AttemptsOf(int number) => Volatile.Read(ref _attempts[number]);

    /// <summary>What is charged for a call.</summary>
    public ProofCharge ChargeOf(int number) => Volatile.Read(ref _charges[number]) ?? throw new InvalidOperationException($"The upstream was never asked for call {number}.");

    /// <summary>Waits until a call has come.</summary>
    public Task ArrivedAsync(int number, CancellationToken cancellationToken) => _arrivals[number].Task.WithinAsync(TimeLimit.Default * 4, $"call {number} at the upstream", cancellationToken);

    /// <summary>Answers.</summary>
    public async Task<UpstreamAnswer> AnswerAsync(UpstreamRequest request, CancellationToken gone)
    {
        var json = request.Json;
        var call = ProofCall.Of(int.Parse((json.TryGetProperty("messages", out var messages) ? messages[0].GetProperty("content") : json.GetProperty("input")).GetString()!, CultureInfo.InvariantCulture));
        var deployment = json.GetProperty("model").GetString()!;
        var isFirst = Interlocked.Increment(ref _attempts[call.Number]) == 1;
        switch (call.Fate)
        {
            case ProofFate.LeftAtOnce:
                Charge(call, deployment, LedgerOutcome.Cancelled, call.EstimatedPrompt);
                _arrivals[call.Number].TrySetResult();
                await Task.Delay(Timeout.Infinite, gone);
                throw new InvalidOperationException("Nobody waits for ever.");

            case ProofFate.Limited when deployment == "q1":
                Charge(call, deployment, LedgerOutcome.Failed);
                return UpstreamAnswer.Json("""{"error":{"message":"Too many.","type":"rate_limit_error"}}""", 429);

            case ProofFate.Fails:
            case ProofFate.FailsOnce when isFirst:
                Charge(call, deployment, LedgerOutcome.Failed);
                return UpstreamAnswer.Json("""{"error":{"message":"It failed.","type":"server_error"}}""", 500);

            case ProofFate.Refused:
                Charge(call, deployment, LedgerOutcome.Failed);
                return UpstreamAnswer.Json("""{"error":{"message":"It is wrong.","type":"invalid_request_error","param":"user","code":"wrong"}}""", 400);

            case ProofFate.CutAtOnce when isFirst:
                Charge(call, deployment, LedgerOutcome.Failed);
                return ProofAnswers.Of(call).With(Misbehaviour.CloseAfterEvents(0));

            case ProofFate.LeftMidway:
                Charge(call, deployment, LedgerOutcome.Cancelled, call.EstimatedPrompt, ProofCall.EstimatedWords);
                return ProofAnswers.Of(call).With(Misbehaviour.HangAfterEvents(ProofAnswers.EventsMidway(call)));

            case ProofFate.CutMidway:
                Charge(call, deployment, LedgerOutcome.Broken, call.EstimatedPrompt, ProofCall.EstimatedWords);
                return ProofAnswers.Of(call).With(Misbehaviour.CloseAfterEvents(ProofAnswers.EventsMidway(call)));

            case ProofFate.LeftAfterUsage:
                ChargeTold(call, deployment, LedgerOutcome.Cancelled);
                return ProofAnswers.Of(call).With(Misbehaviour.HangAfterEvents(ProofAnswers.EventsToUsage(call)));

            case ProofFate.CutAfterUsage:
                ChargeTold(call, deployment, LedgerOutcome.Broken);
                return ProofAnswers.Of(call).With(Misbehaviour.CloseAfterEvents(ProofAnswers.EventsToUsage(call)));

            default:
                ChargeTold(call, deployment, LedgerOutcome.Answered);
                return ProofAnswers.Of(call);
        }
    }

    private void ChargeTold(ProofCall call, string deployment, LedgerOutcome outcome) =>
        Charge(call, deployment, outcome, call.Told.Prompt, call.Words + call.Reasoning, call.Told.Cached, call.Reasoning, isEstimated: false);

    private void Charge(ProofCall call, string deployment, LedgerOutcome outcome, int prompt = 0, int completion = 0, int cached = 0, int reasoning = 0, bool isEstimated = true)
    {
        var (input, cachedInput, output) = s_prices[deployment];
        var cost = (long)decimal.Round(((prompt - cached) * input) + (cached * cachedInput) + (completion * output), MidpointRounding.ToEven);
        var provider = deployment[^1] == '1' ? "up" : "other";
        Volatile.Write(ref _charges[call.Number], new(provider, deployment, prompt, cached, completion, reasoning, cost, outcome, isEstimated && outcome != LedgerOutcome.Failed));
    }
}
