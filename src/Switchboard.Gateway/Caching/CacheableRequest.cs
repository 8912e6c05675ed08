using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Caching;

/// <summary>
/// Which requests are pure questions: their answer hangs on nothing but the request, and asking changes nothing. What
/// keeps something at the provider, goes on from something kept there, or has the provider look something up is none.
/// </summary>
internal static class CacheableRequest
{
    // What is kept at a provider, and what is looked up there.
    private static readonly byte[][] s_impure =
    [
        [.. "previous_response_id"u8], [.. "conversation"u8], [.. "prompt"u8], [.. "background"u8],
        [.. "web_search_options"u8], [.. "plugins"u8], [.. "mcp_servers"u8], [.. "container"u8], [.. "audio"u8],
    ];

    // Who asks and how it is noted and stored, which steers no answer.
    private static readonly byte[][] s_leftOut =
    [
        [.. "stream"u8], [.. "user"u8], [.. "safety_identifier"u8], [.. "metadata"u8],
        [.. "prompt_cache_key"u8], [.. "prompt_cache_retention"u8], [.. "store"u8],
    ];

    /// <summary>True for the operations whose answers can be kept at all.</summary>
    public static bool IsOne(GatewayCall call) =>
        call is { Socket: null, Upload: null, IsAdministration: false }
        && call.Operation is ApiOperation.ChatCompletions or ApiOperation.Completions or ApiOperation.Responses
            or ApiOperation.Embeddings or ApiOperation.Moderations or ApiOperation.Rerank;

    /// <summary>True for members of the body that do not tell two requests apart.</summary>
    public static bool IsLeftOut(ReadOnlySpan<byte> name) => IsAmong(s_leftOut, name);

    /// <summary>True where the answer hangs on the request alone.</summary>
    public static bool IsPure(ApiOperation operation, CanonicalJson body)
    {
        if (operation is ApiOperation.Embeddings or ApiOperation.Moderations or ApiOperation.Rerank)
        {
            return true;
        }

        // A response is kept unless the request says otherwise.
        var store = body.Find(CanonicalJson.Root, "store"u8);
        var isKept = store == CanonicalJson.None ? operation == ApiOperation.Responses : body.KindOf(store) != JsonTokenType.False;
        return !isKept && !HasImpure(operation, body) && AreOfTheCaller(body, body.Find(CanonicalJson.Root, "tools"u8));
    }

    private static bool HasImpure(ApiOperation operation, CanonicalJson body)
    {
        for (var name = body.First(CanonicalJson.Root); name != CanonicalJson.None; name = body.Next(CanonicalJson.Root, name))
        {
            var text = body.TextOf(name);
            var isPrompt = operation == ApiOperation.Completions && text.SequenceEqual("prompt"u8);
            if (!isPrompt && IsAmong(s_impure, text) && body.KindOf(name + 1) is not (JsonTokenType.Null or JsonTokenType.False))
            {
                return true;
            }
        }

        return false;
    }

    // A tool that the caller runs is a part of the question. One that the provider runs looks at the world.
    private static bool AreOfTheCaller(CanonicalJson body, int tools)
    {
        if (tools == CanonicalJson.None || body.KindOf(tools) != JsonTokenType.StartArray)
        {
            return true;
        }

        for (var tool = body.First(tools); tool != CanonicalJson.None; tool = body.Next(tools, tool))
        {
            if (body.KindOf(tool) != JsonTokenType.StartObject || !IsOfTheCaller(body, tool))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsOfTheCaller(CanonicalJson body, int tool)
    {
        var type = body.Find(tool, "type"u8);
        if (type != CanonicalJson.None)
        {
            return body.TextOf(type).SequenceEqual("function"u8) || body.TextOf(type).SequenceEqual("custom"u8);
        }

        // Anthropic's have a schema and no type, Google's are lists of functions.
        return body.Find(tool, "input_schema"u8) != CanonicalJson.None
            || (body.First(tool) is var only and not CanonicalJson.None
                && body.Next(tool, only) == CanonicalJson.None
                && (body.TextOf(only).SequenceEqual("functionDeclarations"u8) || body.TextOf(only).SequenceEqual("function_declarations"u8)));
    }

    private static bool IsAmong(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (var one in names)
        {
            if (name.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }
}
