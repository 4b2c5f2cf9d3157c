// The two programs that the GPU runs for the map: points, and the ground beneath them.

/**
 * A point: its colour from the lookup by code, larger and ringed where it is a hit, nothing where it is out of time.
 * `x` and `y` come as two arrays, as they come over the network.
 */
export const pointVertex = `#version 300 es
in float x;
in float y;
in uint code;
in float day;
in float score;
uniform vec4 view;
uniform float size;
uniform float alpha;
uniform vec2 days;
uniform vec4 wash;
uniform sampler2D lookup;
out vec4 colour;
out float radius;
void main() {
  int at = code == 65535u ? 0 : int(code) + 1;
  vec4 found = texelFetch(lookup, ivec2(at & 1023, at >> 10), 0);
  float grown = size * (1.0 + score);
  gl_Position = vec4(vec2(x, y) * view.xy + view.zw, 0.0, 1.0);
  // Outside the window of the clip space: not drawn.
  if (!(day >= days.x && day < days.y) || found.a == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  colour = vec4(mix(found.rgb, wash.rgb, wash.a), alpha);
  radius = grown * 0.5;
  gl_PointSize = grown;
}`;

/** A disc with a soft edge; with a rim, a ring of another colour around it. Premultiplied. */
export const pointFragment = `#version 300 es
precision highp float;
in vec4 colour;
in float radius;
uniform vec4 rim;
out vec4 drawn;
void main() {
  float away = length(gl_PointCoord - 0.5) * 2.0 * radius;
  float cover = clamp(radius - away + 0.5, 0.0, 1.0);
  vec3 ink = mix(colour.rgb, rim.rgb, rim.a * clamp(away - radius * 0.5 + 0.5, 0.0, 1.0));
  float a = colour.a * cover;
  drawn = vec4(ink * a, a);
}`;

export const densityVertex = `#version 300 es
in vec2 corner;
uniform vec4 view;
uniform vec4 extent;
out vec2 place;
void main() {
  place = corner;
  gl_Position = vec4(mix(extent.xy, extent.zw, corner) * view.xy + view.zw, 0.0, 1.0);
}`;

/** The ground as it was drawn, fainter the nearer one comes. */
export const densityFragment = `#version 300 es
precision mediump float;
in vec2 place;
uniform sampler2D land;
uniform float strength;
out vec4 drawn;
void main() {
  drawn = texture(land, place) * strength;
}`;
