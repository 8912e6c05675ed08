using System.Text.Json.Serialization;
using Switchboard.Protocol.Chat;

namespace Switchboard.Trimmed;

/// <summary>A program's own type around one of the wire's.</summary>
internal sealed record Envelope(string Note, ChatCompletion Answer);

/// <summary>How the framework's serialiser reads and writes it without reflection.</summary>
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(Weather))]
[JsonSerializable(typeof(string))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;
