using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>Whether the built-in embeddings put related texts nearer than unrelated ones (tools/tiny-model/eval).</summary>
[Collection<OnBuiltInGateway>]
public sealed class BuiltInEmbeddingsTests(BuiltInGateway gateway, ITestOutputHelper output)
{
    private const double Bar = 90;

    [Fact]
    public async Task Held_out_anchors_are_nearer_to_the_related_than_to_the_unrelated_text()
    {
        var triples = HeldOutQuestion.ReadTable("pairs.tsv").ToList();
        var cancellationToken = TestContext.Current.CancellationToken;
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var anchors = await EmbedAsync(http, triples.Select(texts => texts[0]), cancellationToken);
        var related = await EmbedAsync(http, triples.Select(texts => texts[1]), cancellationToken);
        var unrelated = await EmbedAsync(http, triples.Select(texts => texts[2]), cancellationToken);

        var wrong = Enumerable.Range(0, triples.Count).Where(i => Cosine(anchors[i], related[i]) <= Cosine(anchors[i], unrelated[i])).ToList();

        var percent = 100.0 * (triples.Count - wrong.Count) / triples.Count;
        Report(string.Create(CultureInfo.InvariantCulture, $"pairs        {triples.Count - wrong.Count,5} {triples.Count,4} {percent,7:F1}"));
        output.WriteLine(string.Join('\n', wrong.Select(i => string.Join("   |   ", triples[i]))));
        Assert.InRange(percent, Bar, 100);
    }

    private static float Cosine(float[] x, float[] y)
    {
        var (dot, ofX, ofY) = (0f, 0f, 0f);
        for (var i = 0; i < x.Length; i++)
        {
            dot += x[i] * y[i];
            ofX += x[i] * x[i];
            ofY += y[i] * y[i];
        }

        return dot / MathF.Sqrt(ofX * ofY);
    }

    private void Report(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    private async Task<float[][]> EmbedAsync(HttpClient http, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        var request = new { model = BuiltInGateway.EmbeddingModel, input = texts };
        using var response = await http.PostAsJsonAsync($"{gateway.BaseUrl}/embeddings", request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return [.. answer.GetProperty("data").EnumerateArray()
            .OrderBy(item => item.GetProperty("index").GetInt32())
            .Select(item => item.GetProperty("embedding").Deserialize<float[]>()!)];
    }
}
