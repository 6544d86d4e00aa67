'use client';
/** Two films that play at the same picture: the restored one leads, with the sound; the original follows. */
import { type RefObject, useEffect, useState } from 'react';
import { correction } from '@/lib/in-step';

export interface InStep {
  playing: boolean;
  /** Seconds. */
  time: number;
  duration: number;
  toggle: () => void;
  seek: (time: number) => void;
}

type Player = RefObject<HTMLVideoElement | null>;

/** `follower` may be absent. */
export function useInStep(leader: Player, follower: Player): InStep {
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState(0);
  const [duration, setDuration] = useState(0);

  useEffect(() => {
    const first = leader.current;
    if (first === null) return;
    const measure = () => setDuration(Number.isFinite(first.duration) ? first.duration : 0);
    const settle = () => {
      setPlaying(false);
      follower.current?.pause();
      if (follower.current !== null) follower.current.currentTime = first.currentTime;
    };
    const begin = () => {
      setPlaying(true);
      play(follower.current);
    };
    const stall = () => follower.current?.pause();
    const listeners = { loadedmetadata: measure, pause: settle, ended: settle, playing: begin, waiting: stall };
    for (const [name, listener] of Object.entries(listeners)) first.addEventListener(name, listener);
    measure();
    return () => {
      for (const [name, listener] of Object.entries(listeners)) first.removeEventListener(name, listener);
    };
  }, [leader, follower]);

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const look = () => {
      const [first, second] = [leader.current, follower.current];
      if (first !== null) setTime(first.currentTime);
      if (first !== null && second !== null && !second.seeking) follow(first, second);
      frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [playing, leader, follower]);

  return {
    playing,
    time,
    duration,
    toggle: () => {
      const first = leader.current;
      if (first === null) return;
      if (first.paused) play(first);
      else first.pause();
    },
    seek: (to) => {
      setTime(to);
      for (const player of [leader.current, follower.current]) if (player !== null) player.currentTime = to;
    },
  };
}

function follow(first: HTMLVideoElement, second: HTMLVideoElement): void {
  if (second.ended) return; // the shorter by a picture
  const { jump, rate } = correction(first.currentTime, second.currentTime);
  if (jump) second.currentTime = first.currentTime;
  second.playbackRate = rate * first.playbackRate; // a browser's own menu offers other speeds
}

function play(player: HTMLVideoElement | null): void {
  player?.play().catch(() => {
    // Paused again before it began, or the film cannot be played, which the player says.
  });
}
