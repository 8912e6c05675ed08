using System.Collections.Frozen;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Protocol.Operations;

namespace Switchboard.Gateway.Requests;

/// <summary>What the gateway knows of an operation that runs a model: its path, and what it looks at in the request.</summary>
public sealed class OperationProfile
{
    private const string TextOrList = "a non-empty string or a non-empty array";
    private const MemberShapes Either = MemberShapes.Text | MemberShapes.List;

    private static readonly DefaultRule s_temperature = new("temperature", defaults => defaults.Temperature);

    private static readonly OperationProfile[] s_all =
    [
        new(ApiOperation.ChatCompletions, OpenAIOperations.CreateChatCompletion, "chat completions")
        {
            Required = [new("messages", MemberShapes.List, "an array of at least one message")],
            TakesChoices = true,
            Defaults = [s_temperature, Limit("max_completion_tokens") with { Alias = "max_tokens" }],
        },
        new(ApiOperation.Completions, OpenAIOperations.CreateCompletion, "text completions")
        {
            Required = [new("prompt", Either, TextOrList) { Substitutes = ["prompt_embeds"] }],
            TakesChoices = true,
            Defaults = [s_temperature, Limit("max_tokens")],
        },
        new(ApiOperation.Embeddings, OpenAIOperations.CreateEmbedding, "embeddings")
        {
            Required = [new("input", Either, TextOrList)],
        },
        new(ApiOperation.Responses, OpenAIOperations.CreateResponse, "responses")
        {
            // A stored prompt brings its own model.
            Required = [new("input", Either, TextOrList) { Substitutes = ["prompt", "previous_response_id", "conversation"] }],
            ModelSubstitute = "prompt",
            Exclusive = ["previous_response_id", "conversation"],
            Defaults = [s_temperature, Limit("max_output_tokens")],
        },
        new(ApiOperation.Moderations, OpenAIOperations.CreateModeration, "moderations")
        {
            Required = [new("input", Either, TextOrList)],
            DefaultModel = "omni-moderation-latest",
        },
        new(ApiOperation.ImageGenerations, OpenAIOperations.CreateImage, "images")
        {
            Required = [new("prompt", MemberShapes.Text, "a non-empty string")],
            DefaultModel = "dall-e-2",
        },
        new(ApiOperation.ImageEdits, OpenAIOperations.CreateImageEdit, "edits of images")
        {
            Required = [new("prompt", MemberShapes.Text, "a non-empty string"), new("images", MemberShapes.List, "an array of at least one image")],
            RequiredParts = ["prompt", "image"],
            DefaultModel = "gpt-image-1.5",
        },
        new(ApiOperation.ImageVariations, OpenAIOperations.CreateImageVariation, "variations of images")
        {
            RequiredParts = ["image"],
            DefaultModel = "dall-e-2",
        },
        new(ApiOperation.Speech, OpenAIOperations.CreateSpeech, "speech")
        {
            Required = [new("input", MemberShapes.Text, "a non-empty string"), new("voice", MemberShapes.Any, "the name of a voice")],
            StreamFormat = "stream_format",
        },
        new(ApiOperation.Transcriptions, OpenAIOperations.CreateTranscription, "transcriptions") { RequiredParts = ["file"] },
        new(ApiOperation.Translations, OpenAIOperations.CreateTranslation, "translations") { RequiredParts = ["file"] },
        new(ApiOperation.Rerank, new OpenAIOperation("rerank", "POST", "/rerank") { TakesJson = true, RequestMembers = ["model", "query", "documents", "top_n", "return_documents", "max_tokens_per_doc", "max_chunks_per_doc", "rank_fields", "user"] }, "reranking")
        {
            Required = [new("query", MemberShapes.Text | MemberShapes.Any, "a query"), new("documents", MemberShapes.List, "an array of at least one document")],
        },
        new(ApiOperation.CountTokens, new OpenAIOperation("countTokens", "POST", "/messages/count_tokens"), "counts of tokens"),
        new(ApiOperation.Realtime, new OpenAIOperation("realtime", "GET", "/realtime") { Streams = true }, "realtime sessions"),
    ];

    private static readonly FrozenDictionary<ApiOperation, OperationProfile> s_byOperation = s_all.ToFrozenDictionary(profile => profile.Operation);

    private OperationProfile(ApiOperation operation, OpenAIOperation specification, string words)
    {
        Operation = operation;
        Specification = specification;
        Words = words;
        Path = specification.Path[1..];
        Streams = specification.Streams && operation != ApiOperation.Speech;
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperationProfile> All => s_all;

    /// <summary>Whose profile it is.</summary>
    public ApiOperation Operation { get; }

    /// <summary>The operation in the specification, or as servers have it.</summary>
    public OpenAIOperation Specification { get; }

    /// <summary>What it makes, in words.</summary>
    public string Words { get; }

    /// <summary>Its path below the base address, without a slash before it.</summary>
    public string Path { get; }

    /// <summary>The model that runs when a request names none, by the specification; null where it must name one.</summary>
    public string? DefaultModel { get; private init; }

    /// <summary>Members of which a request has to have all.</summary>
    internal IReadOnlyList<MemberRule> Required { get; private init; } = [];

    /// <summary>Parts of which a form has to have all.</summary>
    internal IReadOnlyList<string> RequiredParts { get; private init; } = [];

    /// <summary>A member that brings a model of its own.</summary>
    internal string? ModelSubstitute { get; private init; }

    /// <summary>Two members of which only one can be given.</summary>
    internal IReadOnlyList<string> Exclusive { get; private init; } = [];

    /// <summary>Members that the configuration may have a value for; with any, it may have a model too.</summary>
    internal IReadOnlyList<DefaultRule> Defaults { get; private init; } = [];

    /// <summary>It has the member <c>n</c> for a number of choices.</summary>
    internal bool TakesChoices { get; private init; }

    /// <summary>It has the members <c>stream</c> and <c>stream_options</c>.</summary>
    internal bool Streams { get; }

    /// <summary>The member that asks for a stream by the word <c>sse</c>, where <c>stream</c> does not.</summary>
    internal string? StreamFormat { get; private init; }

    /// <summary>The profile of an operation.</summary>
    /// <exception cref="KeyNotFoundException">It is <see cref="ApiOperation.Other"/>.</exception>
    public static OperationProfile Of(ApiOperation operation) => s_byOperation[operation];

    private static DefaultRule Limit(string name) => new(name, defaults => defaults.MaxCompletionTokens);

    /// <summary>True when the specification has the member whose name is at the reader; no string is made for it.</summary>
    internal bool Knows(ref Utf8JsonReader json)
    {
        // By number: to walk the list would allocate, once a member.
        var members = Specification.RequestMembers;
        for (var i = 0; i < members.Count; i++)
        {
            if (json.ValueTextEquals(members[i]))
            {
                return true;
            }
        }

        return false;
    }
}
