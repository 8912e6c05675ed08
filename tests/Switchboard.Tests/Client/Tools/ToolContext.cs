using System.Text.Json.Serialization;

namespace Switchboard.Tests.Client.Tools;

internal sealed record Weather(string City, int Degrees);

[JsonSerializable(typeof(Weather))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(string))]
internal sealed partial class ToolContext : JsonSerializerContext;
