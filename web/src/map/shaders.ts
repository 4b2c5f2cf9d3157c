// The two GPU programs of the map: points, and the density map below them.

/**
 * A point: its colour from the lookup table by code, larger with a ring where it is a hit, not drawn outside the shown time.
 * `x` and `y` are two arrays, as in the server's answer.
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
  // Outside the clip space: not drawn.
  if (!(day >= days.x && day < days.y) || found.a == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  colour = vec4(mix(found.rgb, wash.rgb, wash.a), alpha);
  radius = grown * 0.5;
  gl_PointSize = grown;
}`;

/** A disc with a smooth edge, with a ring of another colour where `rim` has an alpha. Premultiplied alpha. */
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

/** The picture of the density map with an opacity. */
export const densityFragment = `#version 300 es
precision mediump float;
in vec2 place;
uniform sampler2D density;
uniform float strength;
out vec4 drawn;
void main() {
  drawn = texture(density, place) * strength;
}`;
