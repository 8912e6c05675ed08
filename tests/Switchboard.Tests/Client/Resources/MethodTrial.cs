using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Client;
using Switchboard.Testing.Upstream;
using Switchboard.Tests.Client.Calls;

namespace Switchboard.Tests.Client.Resources;

/// <summary>One call of a method with made-up arguments: what goes in, and what is answered.</summary>
internal sealed class MethodTrial
{
    private static readonly JsonElement s_own = JsonElement.Parse("""{"own":["text",1.50,null]}""");

    /// <summary>A method, closed over the caller's types where it is generic.</summary>
    public MethodTrial(MethodInfo method)
    {
        Method = method;
        Arguments = [.. method.GetParameters().Select(Argument)];
        Streams = MethodChoice.IsStream(method);
        ValueType = MethodChoice.IsPaged(method) ? method.ReturnType.GetGenericArguments()[1]
            : Streams ? method.ReturnType.GetGenericArguments()[0]
            : method.ReturnType.GetGenericArguments()[0] is { IsGenericType: true } result ? result.GetGenericArguments()[0] : null;
        Answer = ValueType is null ? null : JsonSerializer.SerializeToElement(MethodChoice.IsPaged(method) ? Page(ValueType) : ValueOf(ValueType), ValueType);
    }

    public MethodInfo Method { get; }

    public object?[] Arguments { get; }

    public bool Streams { get; }

    /// <summary>The type that the answer, or an event of it, is read into; null of bytes and of answers without a body.</summary>
    public Type? ValueType { get; }

    /// <summary>What the server answers with, as the method is to tell it.</summary>
    public JsonElement? Answer { get; }

    public static byte[] Content { get; } = [0, 1, 2, 0xff];

    public object? Request => Method.GetParameters().Zip(Arguments).FirstOrDefault(pair => pair.First.Name == "request").Second;

    public bool HasQuery => Array.Exists(Method.GetParameters(), parameter => parameter.Name == "query");

    public override string ToString() => $"{Method.DeclaringType!.Name}.{Method}";

    /// <summary>The answer on the wire.</summary>
    public UpstreamAnswer ToAnswer(bool isNamed) => this switch
    {
        { Streams: true } when isNamed => UpstreamAnswer.Stream([ServerSentEvents.Named(Member("event").GetString()!, Member("data").GetRawText()), ServerSentEvents.Done]),
        { Streams: true } => UpstreamAnswer.Stream([ServerSentEvents.Data(Answer!.Value.GetRawText()), ServerSentEvents.Done]),
        { Answer: { } json } => UpstreamAnswer.Json(json.GetRawText()),
        _ => UpstreamAnswer.Bytes(Content, "application/octet-stream"),
    };

    /// <summary>The event's own JSON where its name stands beside it on the wire.</summary>
    private JsonElement Member(string name) => Answer!.Value.TryGetProperty(name, out var value) ? value : name == "event" ? JsonElement.Parse("\"own.event\"") : Answer.Value;

    private static object? Argument(ParameterInfo parameter, int position) => parameter.ParameterType switch
    {
        { IsGenericType: true } type when type.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>) => OwnTypes.Default.GetTypeInfo(type.GetGenericArguments()[0]),
        var type when type == typeof(CancellationToken) => TestContext.Current.CancellationToken,
        var type when type == typeof(CallOptions) => null,
        var type when type == typeof(string) => Id(position),
        var type when type.IsAssignableTo(typeof(IQueryParameters)) => Query(type),
        var type => ValueOf(type),
    };

    /// <summary>An id that must be escaped, another for each parameter.</summary>
    public static string Id(int position) => $"id/{position + 1} ä";

    private static object Query(Type type)
    {
        var query = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(query, Sample.Of(property.PropertyType));
        }

        return query;
    }

    /// <summary>A page with an item, also where the specification does not say that a page has any.</summary>
    private static object Page(Type type)
    {
        var page = Sample.Of(type);
        var data = type.GetProperty("Data")!;
        data.SetValue(page, Sample.Of(data.PropertyType));
        return page;
    }

    private static object ValueOf(Type type) => type == typeof(JsonElement) ? s_own : type == typeof(JsonNode) ? JsonNode.Parse(s_own.GetRawText())! : Sample.Of(type);
}
