using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Switchboard.Client.ExtensionsAI;

namespace Switchboard.Client;

/// <summary>The client behind the interfaces of Microsoft.Extensions.AI. None of them owns the client: disposing of them does nothing.</summary>
/// <remarks>Faults come as the client's own exceptions. <c>GetService</c> gives the metadata and this client; raw representations are the types of Switchboard.Protocol.</remarks>
public sealed partial class SwitchboardClient
{
    /// <summary>Chat over chat completions, which every server has.</summary>
    /// <param name="model">The model of requests that name none.</param>
    public IChatClient AsChatClient(string model) => new CompletionsChatClient(this, Named(model));

    /// <summary>Chat over the Responses API: conversations that the server keeps, its own tools, reasoning that goes on from turn to turn.</summary>
    /// <remarks><see cref="ChatOptions.ConversationId"/> is a conversation's id (<c>conv_…</c>) or the previous response's. The API takes neither stop sequences, seeds nor penalties: they are left out.</remarks>
    /// <param name="model">The model of requests that name none.</param>
    public IChatClient AsResponsesChatClient(string model) => new ResponsesChatClient(this, Named(model));

    /// <summary>Embeddings of texts.</summary>
    /// <param name="model">The model of requests that name none.</param>
    /// <param name="dimensions">How long vectors are to be, where the model lets one choose; null for its own length.</param>
    public IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(string model, int? dimensions = null) => new EmbeddingGenerator(this, Named(model), dimensions);

    /// <summary>Transcriptions, and translations into English.</summary>
    /// <param name="model">The model of requests that name none.</param>
    [Experimental("MEAI001")]
    public ISpeechToTextClient AsSpeechToTextClient(string model) => new SpeechToTextClient(this, Named(model));

    /// <summary>Speech.</summary>
    /// <param name="model">The model of requests that name none.</param>
    /// <param name="voice">The voice of requests that name none.</param>
    [Experimental("MEAI001")]
    public ITextToSpeechClient AsTextToSpeechClient(string model, string voice = "alloy") => new TextToSpeechClient(this, Named(model), Named(voice));

    /// <summary>Images, made anew or from others.</summary>
    /// <param name="model">The model of requests that name none.</param>
    [Experimental("MEAI001")]
    public IImageGenerator AsImageGenerator(string model) => new ImageGenerator(this, Named(model));

    private static string Named(string name, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(name))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        return name;
    }
}
