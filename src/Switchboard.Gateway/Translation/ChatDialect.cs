using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;
using Switchboard.Gateway.Translation.Framing;

namespace Switchboard.Gateway.Translation;

/// <summary>How a provider that does not speak the OpenAI API is asked for a chat completion, and what it answers.</summary>
internal abstract class ChatDialect
{
    /// <summary>Where a request goes, below the provider's base URL.</summary>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="isStream">Events are asked for.</param>
    public abstract string PathOf(string model, bool isStream);

    /// <summary>Writes the body of the request. What the dialect cannot express is noted; with a fault among the notes nothing is sent.</summary>
    public abstract void WriteRequest(Utf8JsonWriter json, ChatRequestView chat, string model, bool isStream, RequestNotes notes);

    /// <summary>Whether the translation makes something of an extension of messages (<c>cache_control</c>, <c>reasoning_details</c> …), or at least takes no harm from it.</summary>
    public virtual bool Takes(string extension) => true;

    /// <summary>A reader of one answer.</summary>
    public abstract ForeignAnswer CreateAnswer();

    /// <summary>A reader of one stream's bytes.</summary>
    public virtual IStreamFraming CreateFraming() => new SseFraming();
}
