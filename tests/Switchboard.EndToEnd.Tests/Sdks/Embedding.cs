using System.Runtime.InteropServices;

namespace Switchboard.EndToEnd.Tests.Sdks;

internal static class Embedding
{
    /// <summary>A vector as the API packs it: little-endian floats in base64.</summary>
    public static float[] FromBase64(string text) => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();
}
