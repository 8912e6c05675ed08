using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Switchboard.Client.Helpers;

/// <summary>Reads what a model gives to a tool.</summary>
internal static class ToolArguments
{
    /// <exception cref="JsonException">The arguments are not of that type.</exception>
    public static T? Read<T>(string arguments, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);

        // Models send nothing to tools without parameters.
        return JsonSerializer.Deserialize(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments, typeInfo);
    }
}
