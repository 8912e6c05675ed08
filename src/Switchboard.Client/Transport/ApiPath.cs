using System.Runtime.CompilerServices;

namespace Switchboard.Client.Transport;

/// <summary>Makes a path of an operation: <c>ApiPath.Of($"/files/{fileId:fileId}")</c>, the format being the parameter's name.</summary>
internal static class ApiPath
{
    public static string Of(ref Handler path) => path.ToString();

    [InterpolatedStringHandler]
    internal ref struct Handler(int literalLength, int formattedCount)
    {
        private DefaultInterpolatedStringHandler _text = new(literalLength, formattedCount);

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        /// <summary>Adds an id as one segment; the format is the name of its parameter.</summary>
        /// <exception cref="ArgumentException">It is empty, or one of the two segments that a URL cannot hold.</exception>
        public void AppendFormatted(string? id, string format)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(id, format);
            if (id is "." or "..")
            {
                throw new ArgumentException($"'{id}' is no id.", format);
            }

            _text.AppendLiteral(Uri.EscapeDataString(id));
        }

        public override string ToString() => _text.ToStringAndClear();
    }
}
