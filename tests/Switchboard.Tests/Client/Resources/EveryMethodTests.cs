using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Switchboard.Client;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.Operations;
using Switchboard.Testing.Json;
using Switchboard.Testing.Places;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Calls;

namespace Switchboard.Tests.Client.Resources;

/// <summary>Every method of the client, with the API's types and with the caller's own, before a server: what it sends is what the specification says, what is answered comes back.</summary>
public sealed partial class EveryMethodTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_method_sends_what_the_specification_says_and_gives_what_is_answered()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var specification = SpecifiedOperation.Read(SharedFolder.Combine("openapi", "openapi.json"));
        await using var upstream = ReplayUpstream.Start();
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk-user", AdminApiKey = "sk-admin", BaseUrl = upstream.BaseUrl, ReadsEnvironment = false, MaxRetries = 0 });

        var problems = new List<string>();
        var methods = new HashSet<MethodInfo>();
        var calls = 0;
        foreach (var place in ClientMethods.All)
        {
            var specified = specification[place.Operation];
            foreach (var method in ResourceTree.MethodsOf(place))
            {
                methods.Add(method);
                foreach (var trial in Closed(method).Select(closed => new MethodTrial(closed)))
                {
                    calls++;
                    problems.AddRange((await TryAsync(trial, place, specified, client, upstream)).Select(problem => $"{trial}: {problem}"));
                }
            }
        }

        output.WriteLine($"{methods.Count} methods of {ClientMethods.All.Count} operations sent and answered in {calls} calls: {methods.Count(method => method.IsGenericMethod)} with own types, "
            + $"{methods.Count(MethodChoice.IsStream)} streams, {methods.Count(MethodChoice.IsPaged)} over all pages");
        Assert.Empty(upstream.Failures);
        Assert.True(problems.Count == 0, $"{problems.Count} problems\n{string.Join('\n', problems.Take(50))}");
    }

    /// <summary>The method itself, or for each kind of own type one.</summary>
    private static IEnumerable<MethodInfo> Closed(MethodInfo method) => method.IsGenericMethod
        ? new[] { typeof(JsonElement), typeof(JsonNode) }.Select(own => method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => own)]))
        : [method];

    private static async Task<IReadOnlyList<string>> TryAsync(MethodTrial trial, ClientMethod place, SpecifiedOperation specified, SwitchboardClient client, ReplayUpstream upstream)
    {
        // The kind of an assistant's event is its name.
        var isNamed = trial.Streams && (specified.Path.StartsWith("/threads", StringComparison.Ordinal));
        upstream.Reply(trial.ToAnswer(isNamed));
        try
        {
            var outcome = await CallOutcome.OfAsync(trial.Method, ResourceTree.Find(client, place.Resource), trial.Arguments);
            var sent = await upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);
            return [.. Head(trial, place, specified, sent), .. await BodyAsync(trial, specified, sent), .. Answer(trial, outcome, isNamed)];
        }
        catch (ApiException fault)
        {
            return [$"{fault.GetType().Name}: {fault.Message}"];
        }
    }

    private static IEnumerable<string> Head(MethodTrial trial, ClientMethod place, SpecifiedOperation specified, UpstreamRequest sent)
    {
        var position = 0;
        var path = "/v1" + PathParameter().Replace(specified.Path, _ => Uri.EscapeDataString(MethodTrial.Id(position++)));
        var queries = specified.Queries.Where(name => name != "stream" || trial.Streams).Concat(specified.IsBeta ? ["beta"] : []);
        return Same("method", specified.Method, sent.Method)
            .Concat(Same("path", path, sent.Path))
            .Concat(Same("query", string.Join(' ', queries.Order(StringComparer.Ordinal)), string.Join(' ', QueryRecord.PairsOf(sent.Query).Select(pair => pair.Key).Order(StringComparer.Ordinal))))
            .Concat(Same("key", specified.NeedsAdminKey ? "Bearer sk-admin" : "Bearer sk-user", sent.Header("Authorization")))
            .Concat(Same("beta header", OpenAIOperations.All.Single(operation => operation.Id == place.Operation).BetaHeader ?? BetaOf(specified), sent.Header("OpenAI-Beta")))
            .Concat(IsRightContentType(trial, specified, MediaType(sent)) ? [] : [$"content type {MediaType(sent)}"])
            .Concat(Same("accepted", trial.Streams ? "text/event-stream" : trial.ValueType is null ? sent.Header("Accept") : "application/json", sent.Header("Accept")));
    }

    private static string? BetaOf(SpecifiedOperation specified) => specified.Path.Split('/')[1] switch
    {
        "assistants" or "threads" or "vector_stores" => "assistants=v2",
        "chatkit" => "chatkit_beta=v1",
        _ => null,
    };

    /// <summary>Where an operation takes both a form and JSON, only what holds a file must be a form.</summary>
    private static bool IsRightContentType(MethodTrial trial, SpecifiedOperation specified, string? sent) => trial.Request switch
    {
        null => sent is null,
        IMultipartRequest form when specified.Required.ContainsKey("application/json") => sent == "multipart/form-data" || (sent == "application/json" && !HoldsFile(form)),
        IMultipartRequest => sent == "multipart/form-data",
        _ => sent == "application/json",
    };

    private static async Task<IEnumerable<string>> BodyAsync(MethodTrial trial, SpecifiedOperation specified, UpstreamRequest sent)
    {
        if (trial.Request is not { } request)
        {
            return Same("body", "", sent.BodyText);
        }

        if (MediaType(sent) is "multipart/form-data" and var form)
        {
            var parts = await FormPart.ReadAsync(sent.Body, sent.Header("Content-Type")!);
            return Missing(specified, form, parts.Select(part => part.Name.Split('[')[0]))
                .Concat(Same("stream", trial.Streams ? "true" : null, parts.SingleOrDefault(part => part.Name == "stream")?.Text))
                .Concat(Same("file", "content", parts.FirstOrDefault(part => part.FileName is not null)?.Text ?? "content"));
        }

        var expected = (JsonObject)JsonSerializer.SerializeToNode(request, Nullable.GetUnderlyingType(request.GetType()) ?? request.GetType())!;
        var required = trial.Method.IsGenericMethod ? [] : Missing(specified, "application/json", expected.Select(member => member.Key));
        foreach (var (name, value) in Added(trial, specified, sent))
        {
            expected.TryAdd(name, value);
        }

        return required.Concat(JsonDifference.Between(JsonSerializer.SerializeToUtf8Bytes(expected), sent.Body.Span).Select(difference => $"body {difference}"));
    }

    /// <summary>What a method says besides its request: a stream is asked for, of speech by its format; embeddings of the API's own type come in base64.</summary>
    private static IEnumerable<(string Name, JsonNode Value)> Added(MethodTrial trial, SpecifiedOperation specified, UpstreamRequest sent) => specified.Path switch
    {
        "/audio/speech" when trial.Streams => [("stream_format", "sse")],
        _ when trial.Streams && sent.Method == "POST" => [("stream", true)],
        "/embeddings" when !trial.Method.IsGenericMethod => [("encoding_format", "base64")],
        _ => [],
    };

    private static IEnumerable<string> Missing(SpecifiedOperation specified, string mediaType, IEnumerable<string> sent) =>
        specified.Required.GetValueOrDefault(mediaType, []).Except(sent).Select(name => $"the required member {name} is not sent");

    private static IEnumerable<string> Answer(MethodTrial trial, CallOutcome outcome, bool isNamed)
    {
        if (trial.ValueType is null)
        {
            return outcome.Content is { } content ? Same("bytes", Convert.ToHexString(MethodTrial.Content), Convert.ToHexString(content)) : Same("status", 200, outcome.Result!.Status);
        }

        var expected = trial.Answer!.Value;
        expected = MethodChoice.IsPaged(trial.Method) ? expected.GetProperty("data")[0]
            : isNamed && !expected.TryGetProperty("event", out _) ? JsonSerializer.SerializeToElement(new { @event = "own.event", data = expected })
            : expected;
        return outcome.Values.Count != 1 ? [$"{outcome.Values.Count} values"]
            : JsonDifference.Between(JsonSerializer.SerializeToUtf8Bytes(expected), JsonSerializer.SerializeToUtf8Bytes(outcome.Values[0], outcome.ValueType!)).Select(difference => $"answer {difference}");
    }

    private static bool HoldsFile(IMultipartRequest request) =>
        request.GetType().GetProperties().Select(property => property.GetValue(request)).Any(value => value is UploadFile || value?.GetType().GetProperty("File")?.GetValue(value) is UploadFile);

    private static string? MediaType(UpstreamRequest sent) => sent.Header("Content-Type")?.Split(';')[0];

    private static IEnumerable<string> Same<T>(string what, T specified, T found) =>
        EqualityComparer<T>.Default.Equals(specified, found) ? [] : [$"{what}: specified {specified}, found {found}"];

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex PathParameter();
}
